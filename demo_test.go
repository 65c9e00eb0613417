package main

import "testing"

// A demo that names nothing is the flagship by application, and one that names a blueprint alone can be played.
func TestTheUsualRouteOfADemo(t *testing.T) {
	t.Parallel()
	for blueprint, want := range map[string]string{"flagship": "application", "essentials": "application", "residentials": "invitation",
		"questionnaire": "invitation", "coached": "invitation", "unheard-of": "application"} {
		if got := usualRoute(blueprint); got != want {
			t.Errorf("leaders come into %s by %s, want %s", blueprint, got, want)
		}
	}
	for flag, want := range map[string]string{"blueprint": "flagship", "route": ""} {
		if f := demoCommand(terminal{}, nil).Flag(flag); f == nil || f.DefValue != want {
			t.Errorf("the flag --%s is %+v, want the default %q", flag, f, want)
		}
	}
}
