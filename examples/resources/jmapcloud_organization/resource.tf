# The organization that everything is in. It exists already: import it. It is protected from deletion.
resource "jmapcloud_organization" "city" {
  name = "City of Example"
}

# One to try things in, that may be destroyed.
resource "jmapcloud_organization" "sandbox" {
  name                = "City of Example, sandbox"
  deletion_protection = false
}
