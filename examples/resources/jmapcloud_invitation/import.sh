# By the email of the invited person.
terraform import jmapcloud_invitation.reviewer reviewer@example.com

# By id.
terraform import 'jmapcloud_invitation.contractors["dana@example.com"]' 01234567-89ab-4cde-8f01-23456789abcd
