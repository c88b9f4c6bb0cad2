"""Names, ranks and units that the samples draw from. Nobody is meant."""

SURNAMES = """
Adams Adeyemi Ahmed Ali Allen Anderson Ap-Rhys Armstrong Bailey Baker Banerjee Barnes Begum Bell Bennett Bianchi
Booth Bradley Brennan Brooks Brown Burns Byrne Campbell Carter Chapman Chaudhry Chen Clark Cole Collins Cooper Cox
Davies Dawson De'Ath Doherty Donnelly Doyle Edwards Ellis Evans Fernández Fisher Foster Gallagher García Gibson Gill
Graham Grant Gray Green Griffiths Hall Hamilton Harris Harrison Hassan Hayes Hughes Hunter Hussain Ivanov Jackson
James Jenkins Johnson Jones Kaur Kelly Kennedy Khan King Kowalska Kowalski Lee Lewis Llewelyn Lloyd Łukasik MacDonald
Macpherson Marshall Martin Mason McAllister McCarthy McIlroy Mehta Mensah Mitchell Moore Morgan Morris Müller Murphy
Murray Ng Nguyen Nic-Eoin Nowak N'Diaye Obi Okafor Okonkwo-Hughes O'Brien O'Connor O'Neill Ó-Súilleabháin Osei Owen
Palmer Papadopoulos Parker Patel Pearce Petrović Phillips Powell Price Quinn Rahman Rees Reid Richards Robinson Rogers
Russell Saunders Scott Shah Shaw Silva Simpson Singh Smith Smyth-Okafor Stewart Szabó Taylor Thomas Thompson Tremblay
Turner Vaughan Wójcik Walker Walsh Ward Watson White Williams Wilson Wood Wright Yılmaz Young Zając
""".split() + ["Ní Bhriain", "Mac Giolla Phádraig", "van der Berg", "St. John", "d'Souza", "Al Rashid", "Llŷr", "Ŵyn"]

FORENAMES = """
Aaliyah Aaron Adaeze Agnieszka Ahmed Aisha Alan Alasdair Amelia Amy Andrew Aneurin Angharad Anna Anthony Aoife Arjun
Ayesha Beatriz Ben Bronwen Carys Catherine Chidi Chloe Ciarán Claire Craig Daniel David Deborah Declan Dylan Efua
Eilidh Elizabeth Ella Emma Eoin Ewan Fatima Fiona Gareth George Gillian Grace Graham Gurpreet Hannah Harpreet Harry
Helen Ian Imran Iona Jack Jacqueline James Jan Jane Jasmine Jean-Paul Jennifer John Joseph Joshua Karen Kate Katarzyna
Keith Kieran Kofi Laura Lewis Liam Linda Llinos Lorraine Louise Lucy Magdalena Malgorzata Margaret Mark Mary Matthew
Megan Mehmet Michael Mohammed Mohan Morag Muhammad Natalie Ngozi Niamh Nicola Nia Olivia Olumide Owain Patricia Paul
Peter Piotr Priya Rachel Rajesh Rebecca Rhys Richard Robert Rosa Ruth Ryan Sadia Samuel Sanjay Sarah Seán Séamus Sharon
Siân Simon Siobhán Sophie Stephen Steven Sunita Susan Tadhg Thomas Tomasz Victoria Wei William Yetunde Yusuf Zainab Zoë
""".split()

MET_RANKS = (["Constable"] * 24 + ["Detective Constable"] * 8 + ["Sergeant"] * 8 + ["Detective Sergeant"] * 4 +
             ["Inspector"] * 3 + ["Detective Inspector"] * 2 + ["Chief Inspector", "Superintendent", "Commander"] +
             ["PCSO"] * 3 + ["Special Constable"] * 3 + ["Acting Sergeant", "Temporary Inspector"] +
             ["Police Staff, Band D", "Police Staff, Band C", "Police Staff, Band B", "Designated Officer", "Contractor"])
MET_VETTING = ["RV"] * 12 + ["MV"] * 3 + ["CTC"] * 5 + ["SC"] * 4 + ["DV", "NPPV 1", "NPPV 2", "NPPV 3"]

# Grade, its code, group.
PSNI_GRADES = ([("Constable", "CON", "Police Officer")] * 20 + [("Detective Constable", "DCON", "Police Officer")] * 6 +
               [("Sergeant", "SGT", "Police Officer")] * 5 + [("Inspector", "INSP", "Police Officer")] * 2 +
               [("Chief Inspector", "CINSP", "Police Officer"), ("Superintendent", "SUPT", "Police Officer")] +
               [("Administrative Officer", "AO", "Police Staff")] * 4 + [("Executive Officer", "EO2", "Police Staff")] * 2)

# Department, branch, unit, role. Some with a comma, a quotation mark or a line break inside, as spreadsheets have them.
PSNI_UNITS = [
    ("District Policing", "Area North", "Local Policing Team", "Patrol"),
    ("District Policing", "Area South", "Neighbourhood Team", "Neighbourhood"),
    ("Crime Operations", "Serious Crime", "Major Investigation Team", "Investigator"),
    ("Crime Operations", "Public Protection", "Child Protection, Central", "Investigator"),
    ("Crime Operations", "Scientific Support", "Imaging", 'Analyst ("CSI")'),
    ("Operational Support", "Roads Policing", "Interceptor Team", "Traffic"),
    ("Operational Support", "Contact Management", "Call Handling", "Call handler\n(shift)"),
    ("Corporate Services", "Human Resources", "Attendance", "Administrator"),
    ("Corporate Services", "Finance, Estates", "Fleet", "Fleet officer"),
    ("Justice", "Custody", "Custody Suite", "Custody sergeant"),
]

# District, area, location: invented places.
PSNI_PLACES = [
    ("District A", "Harbour", "Port Carrow"), ("District A", "Harbour", "Ballymore Quay"),
    ("District B", "Lough", "Killenagh"), ("District B", "Lough", "Drumvale"), ("District C", "Glens", "Glenross"),
    ("District D", "Mountain", "Slievebawn"), ("District E", "Border", "Newbridge Cross"),
]


def surname(draws):
    name = draws.one_of(SURNAMES)
    return name if draws.below(25) else f"{name}-{draws.one_of(SURNAMES)}"


def forename(draws, nickname):
    name = draws.one_of(FORENAMES)
    if nickname:
        return f'{name} "{draws.one_of(FORENAMES)}"'
    return name if draws.below(3) else f"{name} {draws.one_of(FORENAMES)}"
