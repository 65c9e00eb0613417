package main

import "context"

func measureYear(context.Context, *bench) error { return nil }
