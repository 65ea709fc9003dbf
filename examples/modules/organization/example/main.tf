terraform {
  required_version = ">= 1.5"

  required_providers {
    jmapcloud = {
      source = "jmapcloud/jmapcloud"
    }
  }
}

variable "now" {
  description = "The time by which is decided whose access has ended. Default: when the plan is made."
  type        = string
  default     = null
}

module "organization" {
  source = "../" # in a configuration of your own: where you have put the module

  organization = yamldecode(file("${path.root}/organization.yaml"))
  now          = var.now
}

output "members" {
  value = module.organization.members
}

output "api_keys" {
  value = module.organization.api_keys
}
