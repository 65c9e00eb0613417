package main

var commandStories = []story{}

func withoutWorker(w *town) {}
