package programme

// sharedDomains are the mail domains that people of many organisations have, so that one of them in common tells of no
// organisation in common. It is data: whoever finds another adds it to the group it belongs to.
var sharedDomains = domains(
	// One service for a whole field of work: NHSmail (nhs.net, which NHS England runs for all who provide care there), the
	// health services of Scotland and of Wales, whose boards share one domain each, and a network of doctors.
	"nhs.net", "nhs.scot", "wales.nhs.uk", "doctors.net.uk", "doctors.org.uk",

	// Suffixes beneath which organisations have domains of their own, as the Public Suffix List and Nominet's rules for .uk
	// have them. An address right beneath one, which a central body may give to anybody, names no organisation.
	// gov.scot and gov.wales are not among them: there they are the addresses of one government each.
	"ac.uk", "co.uk", "gov.uk", "ltd.uk", "me.uk", "net.uk", "nhs.uk", "org.uk", "plc.uk", "pnn.police.uk", "police.uk", "sch.uk",
	"cjsm.net", "gsi.gov.uk", // the secure mail of criminal justice, and the former one of government: each body had a name beneath

	// Mail for everybody, as the providers name their domains: Google, Microsoft, Yahoo and AOL, Apple, Proton and others.
	"gmail.com", "googlemail.com",
	"hotmail.co.uk", "hotmail.com", "live.co.uk", "live.com", "msn.com", "outlook.com", "outlook.co.uk", "passport.com",
	"aol.co.uk", "aol.com", "rocketmail.com", "yahoo.co.uk", "yahoo.com", "ymail.com",
	"icloud.com", "mac.com", "me.com",
	"pm.me", "proton.me", "protonmail.com",
	"fastmail.com", "gmx.co.uk", "gmx.com", "hey.com", "mail.com", "tuta.com", "tutanota.com", "zoho.com",

	// The mailboxes that come with a telephone or a line in Britain.
	"blueyonder.co.uk", "btinternet.com", "btopenworld.com", "ntlworld.com", "o2.co.uk", "orange.net", "plus.com", "sky.com",
	"talk21.com", "talktalk.net", "tiscali.co.uk", "virgin.net", "virginmedia.com",
)

func domains(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}
