# By id. The data source jmapcloud_organizations lists the ids of the account's organizations.
terraform import jmapcloud_organization.city 01234567-89ab-4cde-8f01-23456789abcd
