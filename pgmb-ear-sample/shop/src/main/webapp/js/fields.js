import { say } from './dom.js';

/** A control, its label's text, and the place for what the server says about it. */
export class Field {
  constructor(control, label, error) {
    this.control = control;
    this.label = label;
    this.error = error;
    control.addEventListener('input', () => this.accept());
  }

  refuse(reason) {
    this.control.setAttribute('aria-invalid', 'true');
    say(this.error, `${this.label} ${reason}.`);
  }

  accept() {
    this.control.removeAttribute('aria-invalid');
    say(this.error, '');
  }
}
