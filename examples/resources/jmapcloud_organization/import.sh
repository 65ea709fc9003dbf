# By name, where only one organization of the account has it.
terraform import jmapcloud_organization.city 'City of Example'

# By id. The data source jmapcloud_organizations lists the ids of the account's organizations.
terraform import jmapcloud_organization.sandbox 01234567-89ab-4cde-8f01-23456789abcd
