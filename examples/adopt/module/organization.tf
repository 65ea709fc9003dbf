module "organization" {
  source = "./modules/organization"

  organization = yamldecode(file("${path.root}/organization.yaml"))
}
