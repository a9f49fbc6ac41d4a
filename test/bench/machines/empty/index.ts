/** A program that makes nothing: what every run costs, whatever it makes. */
export = {};
