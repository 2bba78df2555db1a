/**
 * Every problem that mixins declare. A door imports them: it tells people of what went wrong in
 * actors of other nodes, whose code it does not run. A test compares this list with the files.
 */
import "./channels/jetstream/away.ts";
import "./cluster/packets.ts";
import "./documents/failures.ts";
import "./guesses/guesses.ts";
import "./http/refusals.ts";
import "./limits/limits.ts";
import "./passwords/pool.ts";
import "./resilience/failure.ts";
import "./resilience/once.ts";
import "./sockets/refusals.ts";
import "./tokens/reading.ts";
