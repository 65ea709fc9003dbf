import {
  to = jmapcloud_organization.city
  identity = {
    id = "01234567-89ab-4cde-8f01-23456789abcd"
  }
}
