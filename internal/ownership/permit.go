package ownership

import "github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"

// permit allows the deletion of one owner. Only the rule makes one that is good for anything.
type permit struct {
	owner     Owner
	successor client.Member // who is sent along; zero means that there is none
	byEmail   bool          // the cloud knows the successor by the email, not by the id
	granted   bool
}

// Permitted is what the client deletes by.
func (p permit) Permitted() (kind client.OwnerKind, id, transferOwnershipTo string, ok bool) {
	transferOwnershipTo = p.successor.ID
	if p.byEmail {
		transferOwnershipTo = p.successor.Email
	}
	return p.owner.Kind, p.owner.ID, transferOwnershipTo, p.granted
}
