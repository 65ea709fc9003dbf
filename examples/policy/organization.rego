# What a plan must not do to a JMap Cloud organization. Each sentence in deny is a reason not to apply the plan:
#
#   terraform plan -out=organization.plan
#   terraform show -json organization.plan > plan.json
#   conftest test --policy examples/policy --data examples/policy/data.yaml plan.json
package main

changes contains r if {
	some r in input.resource_changes
	r.mode == "managed"
}

# Administrators are on a list.

people := {"jmapcloud_member", "jmapcloud_invitation"}

administrators := {lower(trim_space(email)) | some email in data.administrators}

deny contains reason if {
	some r in changes
	r.type in people
	r.change.after.role == "ORG_ADMIN"
	email := object.get(r.change.after, "email", "whose email is known only after the apply")
	not lower(trim_space(email)) in administrators
	reason := sprintf("%s: an Administrator who is not on the list: %s", [r.address, email])
}

deny contains reason if {
	some r in changes
	r.type in people
	r.change.after_unknown.role == true
	reason := sprintf("%s: the role is known only after the apply", [r.address])
}

# Keys live no longer than the longest lifetime.

keys contains r if {
	some r in changes
	r.type == "jmapcloud_api_key"
	r.change.after != null
}

longest := time.parse_duration_ns(data.longest_key_lifetime)

deny contains reason if {
	some r in keys
	time.parse_duration_ns(r.change.after.lifetime) > longest
	reason := sprintf("%s: each key lives %s, longer than %s", [r.address, r.change.after.lifetime, data.longest_key_lifetime])
}

deny contains reason if {
	some r in keys
	r.change.after.lifetime == null
	time.parse_rfc3339_ns(r.change.after.expires_at) - made_at(r) > longest
	reason := sprintf("%s: the key lives until %s, longer than %s", [r.address, r.change.after.expires_at, data.longest_key_lifetime])
}

deny contains reason if {
	some r in keys
	not end_is_known(r)
	reason := sprintf("%s: how long the key lives is known only after the apply", [r.address])
}

end_is_known(r) if is_string(r.change.after.lifetime)

end_is_known(r) if {
	r.change.after.lifetime == null
	is_string(r.change.after.expires_at)
}

# A key that is there has its own age. One that the plan makes begins with the plan.
made_at(r) := time.parse_rfc3339_ns(r.change.after.created_at) if {
	is_string(r.change.after.created_at)
} else := time.parse_rfc3339_ns(input.timestamp) if {
	is_string(input.timestamp)
} else := time.now_ns()

# Secrets are not in the state.

deny contains reason if {
	some r in keys
	object.get(r.change.after, "store_key", null) != false
	reason := sprintf("%s: the key itself is stored in the state: write store_key = false", [r.address])
}

# What somebody made has a successor. One that the environment names is not in a plan, and does not count.

owners := {"jmapcloud_member", "jmapcloud_api_key"}

deny contains reason if {
	some r in changes
	r.type in owners
	"delete" in r.change.actions
	may_own(r.change.before)
	not has_successor(r)
	reason := sprintf("%s: is deleted, and no successor receives what it owns: apply transfer_ownership_to first", [r.address])
}

deny contains reason if {
	some r in changes
	r.type in owners
	r.change.after.force_destroy == true
	not has_successor(r)
	reason := sprintf("%s: force_destroy without a successor deletes maps for ever: write transfer_ownership_to", [r.address])
}

# An invited person owns nothing yet, and a Viewer's key never did.
may_own(object) if object.status == "ACTIVE"

may_own(object) if {
	not object.status
	object.role != "ORG_VIEWER"
}

# A deletion goes by what was applied, a replacement by what is planned.
has_successor(r) if is_string(r.change.after.transfer_ownership_to)

has_successor(r) if r.change.after_unknown.transfer_ownership_to == true

has_successor(r) if {
	r.change.after == null
	is_string(r.change.before.transfer_ownership_to)
}

has_successor(_) if {
	some provider in input.configuration.provider_config
	provider.name == "jmapcloud"
	provider.expressions.transfer_ownership_to
}
