/* Sends the form that was pressed before the password was asked for. Without scripts its button does. */
document.addEventListener('DOMContentLoaded', () => { document.querySelector('form[data-resume]').submit(); });
