import { unregisteredApplications } from './en-unregistered.ts';
import { addTexts } from '../t.ts';

addTexts(unregisteredApplications);
