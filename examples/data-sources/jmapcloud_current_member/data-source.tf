# The account that the provider is signed in with.
data "jmapcloud_current_member" "me" {}

output "signed_in_as" {
  value = data.jmapcloud_current_member.me.email
}
