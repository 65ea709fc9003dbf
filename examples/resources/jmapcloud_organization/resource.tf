# Your organization. It exists already: import it. It is protected from deletion.
resource "jmapcloud_organization" "city" {
  name = "City of Example"
}

# A sandbox, which may be destroyed.
resource "jmapcloud_organization" "sandbox" {
  name                = "City of Example, sandbox"
  deletion_protection = false
}
