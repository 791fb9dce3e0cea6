import { events } from './en-events.ts';
import { addTexts } from './t.ts';

addTexts(events);
