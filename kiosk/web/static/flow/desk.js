// A page of acts: what others did shows without a reload.

import "./acts.js";
import { renew } from "./parts.js";

const AGAIN_MS = 10_000;

setInterval(renew, AGAIN_MS);
