package ownership

import (
	"slices"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// announcementVersion is the format of an announcement. One of another version counts as none.
const announcementVersion = 1

// Announced is the kind of an announcement: what a plan said would become of what the owner owns.
type Announced string

// The kinds of announcements.
const (
	AnnouncedNothing     Announced = "nothing"     // the owner owns nothing
	AnnouncedTransfer    Announced = "transfer"    // the holdings go to the successor
	AnnouncedDestruction Announced = "destruction" // the holdings are deleted
	AnnouncedCheck       Announced = "check"       // the apply will find out
)

// Announcement is what a plan said of a deletion. It travels to the apply, which keeps to it, as JSON without secrets.
type Announcement struct {
	Version      int              `json:"version"`
	Run          string           `json:"run"` // of the plan: one that the apply itself wrote was shown to no user
	Organization string           `json:"organization"`
	Kind         client.OwnerKind `json:"owner_kind"`
	ID           string           `json:"owner_id"`
	Principal    string           `json:"owner_principal"`
	Announced    Announced        `json:"announced"`
	Resources    []string         `json:"resources,omitempty"`
	// Successor is nil where the plan named none.
	Successor *AnnouncedSuccessor `json:"successor,omitempty"`
	Force     bool                `json:"force,omitempty"`
	Open      Open                `json:"open,omitempty"`
}

// AnnouncedSuccessor is who receives the holdings. Both fields are empty where that is known only after apply.
type AnnouncedSuccessor struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

func (s AnnouncedSuccessor) isUnknown() bool { return s == AnnouncedSuccessor{} }

// isAbout reports whether the announcement was shown to whoever approved the deletion of o by the run that is named.
func (a *Announcement) isAbout(o Owner, organization, run string) bool {
	return a != nil && a.Version == announcementVersion && a.Run != run && a.Organization == organization &&
		a.Kind == o.Kind && a.ID == o.ID && client.SameEmail(a.Principal, o.Email)
}

// Wrote reports whether this run made the announcement.
func (o *Ownership) Wrote(a Announcement) bool { return a.Run == o.run }

// covers reports whether the announcement named each of the resources for destruction.
func (a *Announcement) covers(resources []client.Resource) bool {
	return len(a.missing(resources)) == 0
}

// missing are the resources that were not announced for destruction.
func (a *Announcement) missing(resources []client.Resource) []client.Resource {
	return slices.DeleteFunc(slices.Clone(resources), func(r client.Resource) bool {
		return a != nil && a.Announced == AnnouncedDestruction && slices.Contains(a.Resources, announcedName(r))
	})
}

func announcedName(r client.Resource) string { return string(r.Kind) + "/" + r.ID }

func announcedNames(resources []client.Resource) []string {
	var names []string
	for _, r := range resources {
		names = append(names, announcedName(r))
	}
	return names
}
