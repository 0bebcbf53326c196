import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_persons_and_pruning'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressLookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('username', models.CharField(max_length=150)),
                ('purpose', models.CharField(choices=[('SEARCH', 'looked up an address'), ('FULL_VIEW', 'had addresses shown in full')], max_length=10)),
                ('address_hash', models.CharField(blank=True, db_index=True, max_length=64)),
                ('notification_id', models.UUIDField(null=True)),
                ('addresses', models.PositiveIntegerField(help_text='How many were shown, or found.')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'look-up of addresses',
                'verbose_name_plural': 'look-ups of addresses',
                'indexes': [models.Index(fields=['at'], name='lookup_by_instant')],
            },
        ),
        migrations.CreateModel(
            name='Timing',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('minutes_until_told', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='minutes until followers are told')),
            ],
            options={
                'verbose_name': 'time of mails',
                'verbose_name_plural': 'times of mails',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_timing')],
            },
        ),
        migrations.AlterModelOptions(
            name='notification',
            options={'permissions': [('retry_deliveries', 'Can have failed messages sent again'), ('see_addresses', 'Can look up followers by address, and see addresses in full')]},
        ),
        migrations.RemoveIndex(
            model_name='notification',
            name='notification_by_posting',
        ),
        migrations.AddField(
            model_name='notification',
            name='note',
            field=models.TextField(help_text='What followers read in place of what was said to the events; null if no editor changed that.', null=True),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='reason',
            field=models.CharField(blank=True, choices=[('MINOR', 'the editor marked the change as minor'), ('NO_CONTACT', 'the company has given no contact address'), ('NOT_NEWS', 'followers are not told of this'), ('OTHER_TOPIC', 'it is about something that they do not follow'), ('BEFORE_FOLLOWING', 'it happened before they followed'), ('NEVER_CONFIRMED', 'they have not confirmed that they want to follow'), ('ALREADY_CONFIRMED', 'they had confirmed before it was sent'), ('LAPSED', 'the time to confirm had run out before it was sent'), ('LEFT', 'they had stopped following before it was sent'), ('ERASED', 'nothing is known about the subscription any more: it was erased'), ('REFUSED', 'the mail server refused the message for good'), ('GAVE_UP', 'the mail server put the message off until we gave up'), ('SUPPRESSED', 'mail to the address came back, or its owner complained: it gets no more'), ('MERGED', 'it was told together with what followed soon after'), ('CHANGED_BACK', 'it was changed back before anybody was told'), ('RECALLED', 'an editor decided to tell nobody')], max_length=20),
        ),
        migrations.AlterField(
            model_name='notification',
            name='withheld',
            field=models.CharField(blank=True, choices=[('MINOR', 'the editor marked the change as minor'), ('NO_CONTACT', 'the company has given no contact address'), ('NOT_NEWS', 'followers are not told of this'), ('OTHER_TOPIC', 'it is about something that they do not follow'), ('BEFORE_FOLLOWING', 'it happened before they followed'), ('NEVER_CONFIRMED', 'they have not confirmed that they want to follow'), ('ALREADY_CONFIRMED', 'they had confirmed before it was sent'), ('LAPSED', 'the time to confirm had run out before it was sent'), ('LEFT', 'they had stopped following before it was sent'), ('ERASED', 'nothing is known about the subscription any more: it was erased'), ('REFUSED', 'the mail server refused the message for good'), ('GAVE_UP', 'the mail server put the message off until we gave up'), ('SUPPRESSED', 'mail to the address came back, or its owner complained: it gets no more'), ('MERGED', 'it was told together with what followed soon after'), ('CHANGED_BACK', 'it was changed back before anybody was told'), ('RECALLED', 'an editor decided to tell nobody')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='deliveryattempt',
            index=models.Index(fields=['at'], name='attempt_by_instant'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['created_at'], name='notification_by_age'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['posting_id', 'audience', 'release_at'], name='notification_of_posting'),
        ),
    ]
