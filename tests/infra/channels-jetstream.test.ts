/** JetStream keeps what every channels adapter of the house keeps. */
import { channelContract } from "../channels/contract.ts";
import { makeJetStreamHouse } from "./channels-jetstream.house.ts";

channelContract("JetStream", () => makeJetStreamHouse());
