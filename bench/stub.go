package main

import "context"

func measureLists(context.Context, *bench) error { return nil }
func measureLaunch(context.Context, *bench) error { return nil }
func measureYear(context.Context, *bench) error { return nil }
