"""Acts of handling, one module a subject; named by their modules, as the stages of a case import some of them."""
