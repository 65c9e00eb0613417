package main

import "context"

func measureLaunch(context.Context, *bench) error { return nil }
func measureYear(context.Context, *bench) error   { return nil }
