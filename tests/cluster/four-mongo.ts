/** Before each file of journeys: houses are of four processes, with documents in this engine. */
process.env.TOPOLOGY = "mongo";
