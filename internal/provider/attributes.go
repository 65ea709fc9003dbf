package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// transferOwnershipToAttribute is the same for a member and an API key.
func transferOwnershipToAttribute(subject string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Email of the member who receives what " + subject + " owns when it is deleted or replaced. They must be an active member, `ORG_EDITOR` or `ORG_ADMIN`. " +
			"It is changed in place, without a call to the cloud. Default: the provider's `transfer_ownership_to`. " +
			"With neither, the deletion of an owner of a project or a data source is refused.",
		CustomType:    emailType{},
		Optional:      true,
		PlanModifiers: []planmodifier.String{keepSpelling()},
	}
}

func forceDestroyAttribute(subject string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether " + subject + " may be deleted together with the projects and data sources that it owns, permanently, when there is no successor. " +
			"The plan names them, and only what it named is deleted. With `-replace` and `create_before_destroy` the provider cannot see the deletion at plan time; it then ignores `force_destroy` and requires a successor. " +
			"It must be applied before the resource is removed. It is changed in place, without a call to the cloud. Default: `false`.",
		Optional: true,
	}
}
