# An API key for one apply. No plan creates one.
ephemeral "jmapcloud_api_key" "import" {
  name                  = "import"
  role                  = "ORG_EDITOR"
  lifetime              = "2h"
  transfer_ownership_to = "gis-lead@example.com"
  mint                  = terraform.applying
}

data "jmapcloud_organization" "current" {}

# The project belongs to the API key, and to gis-lead@example.com after the API key is deleted.
resource "terraform_data" "import" {
  triggers_replace = ["2026-11"]

  provisioner "local-exec" {
    command = <<-EOT
      curl --fail --silent --show-error --header "Api-Key: $KEY" \
        --header 'Content-Type: application/json' \
        --data '{"name": {"en": "Imported"}, "defaultLanguage": "en", "displayUnit": "METER", "distanceUnit": "METER", "mapUnit": "METER", "mapCrs": "EPSG:3857"}' \
        "$${JMAPCLOUD_ENDPOINT:-https://api.jmapcloud.io}/api/mcs/rest/v1/organizations/$ORGANIZATION/projects"
    EOT
    environment = {
      KEY          = ephemeral.jmapcloud_api_key.import.key
      ORGANIZATION = data.jmapcloud_organization.current.id
    }
  }
}
