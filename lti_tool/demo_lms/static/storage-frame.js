/** The frame that keeps the tool's data, as Canvas's post_message_forwarding does; it has no content to show. */

import { listen, storageHandlers } from "./platform-storage.js";

const { toolOrigin, storageAnswers } = document.body.dataset;
if (storageAnswers !== "never") listen(toolOrigin, storageHandlers(storageAnswers));
