import MIMModels
import MIMTerminal

var catalog = Catalog.standard
catalog.objectives.append(CapacityAutoencoder.self)
catalog.posteriors.append(LaplacePosterior.self)
Program(catalog: catalog, adding: [.norm]).main()
