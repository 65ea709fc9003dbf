# The organizations of the account.
list "jmapcloud_organization" "all" {
  provider         = jmapcloud
  include_resource = true
}
