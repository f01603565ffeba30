"""What-if: a window's calls replayed under the agreements in force and under a draft, beside each other."""
