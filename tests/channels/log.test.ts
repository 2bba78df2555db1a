import { channelContract } from "./contract.ts";
import { makeLogHouse } from "./log.house.ts";

channelContract("the log on disk", makeLogHouse);
