"""How a posting looks where its address is shared: structured data, a preview, a drawn picture."""
