package simulator

import "slices"

const (
	ofLists = "Lists"
)

// someLists are those that a list's dialects may cut: the maps, or the people and keys.
var (
	resourceLists = []string{"GET /projects", "GET /datasources"}
	accessLists   = []string{"GET /members", "GET /api-keys", "GET /invitations"}
)

var answerDialects = []dialect{}

// listForms come last, for they change what the others look into.
var listForms = []dialect{
	{Dialect: Dialect{Name: "resource-lists-keep-oldest", About: ofLists, Number: 50, Says: "The lists of projects and of data sources end after the 50 oldest."}, rewrite: keepOldest(resourceLists)},
	{Dialect: Dialect{Name: "resource-lists-keep-newest", About: ofLists, Number: 50, Says: "The lists of projects and of data sources begin with the newest and end after 50."}, rewrite: keepNewest(resourceLists)},
	{Dialect: Dialect{Name: "access-lists-keep-oldest", About: ofLists, Number: 50, Says: "The lists of members, keys and invitations end after the 50 oldest."}, rewrite: keepOldest(accessLists)},
	{Dialect: Dialect{Name: "access-lists-keep-newest", About: ofLists, Number: 50, Says: "The lists of members, keys and invitations begin with the newest and end after 50."}, rewrite: keepNewest(accessLists)},
	{Dialect: Dialect{Name: "lists-in-envelope", About: ofLists, Says: "The result of a list is {\"items\", \"total\"}, not a bare array."}, rewrite: func(r *reply) {
		if items, is := r.result.([]any); is && r.succeeded() {
			r.result = object{"items": items, "total": len(items)}
		}
	}},
}

func keepOldest(lists []string) func(*reply) {
	return func(r *reply) {
		if all, is := r.result.([]any); is && r.is(lists...) {
			r.result = all[:min(r.number, len(all))]
		}
	}
}

func keepNewest(lists []string) func(*reply) {
	return func(r *reply) {
		if all, is := r.result.([]any); is && r.is(lists...) {
			slices.Reverse(all)
			r.result = all[:min(r.number, len(all))]
		}
	}
}
