# The organization that the provider works on.
data "jmapcloud_organization" "this" {}

output "organization" {
  value = data.jmapcloud_organization.this.name
}
