"""Who is told what: hears events, keeps the ledger of deliveries, renders and sends the mails."""
