# By name, where only one key has it. The secret is not part of what can be imported.
terraform import jmapcloud_api_key.dashboard Dashboard

# By id.
terraform import jmapcloud_api_key.nightly_import 01234567-89ab-4cde-8f01-23456789abcd
