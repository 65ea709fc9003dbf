ephemeral "jmapcloud_access_token" "current" {}

# For a call that the provider does not make itself.
resource "terraform_data" "projects" {
  provisioner "local-exec" {
    command = <<-EOT
      curl --fail --silent --show-error --header "Authorization: Bearer $TOKEN" \
        "$${JMAPCLOUD_ENDPOINT:-https://api.jmapcloud.io}/api/mcs/rest/v1/organizations/$ORGANIZATION/projects"
    EOT
    environment = {
      TOKEN        = ephemeral.jmapcloud_access_token.current.token
      ORGANIZATION = ephemeral.jmapcloud_access_token.current.organization_id
    }
  }
}
