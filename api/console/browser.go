package console

import "strings"

// Words for what a browser says of itself. The order matters: nearly all of them name others besides.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems = [][2]string{{"iPhone", "an iPhone"}, {"iPad", "an iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "a Chromebook"},
		{"Macintosh", "a Mac"}, {"Linux", "Linux"}}
)

// browserOf says in plain words which kind of browser it is: enough to know one's own, too little to follow anybody.
func browserOf(userAgent string) string {
	find := func(list [][2]string) string {
		for _, one := range list {
			if strings.Contains(userAgent, one[0]) {
				return one[1]
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	if browser == "" {
		browser = "Another program"
	}
	if system == "" {
		return browser
	}
	return browser + " on " + system
}
