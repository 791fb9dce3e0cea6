/** Client ids of the applications that are part of the service: *Your applications* and the console. */
export const START_CLIENT = 'start';
export const CONSOLE_CLIENT = 'console';
