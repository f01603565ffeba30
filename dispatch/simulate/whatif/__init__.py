"""What-if: a window's calls played under the agreements in force and with a draft, beside each other."""
