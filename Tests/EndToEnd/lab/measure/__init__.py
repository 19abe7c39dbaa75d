"""What the daemon costs, beside a C program that does only its main job: workloads, figures, gates. Run it by `make bench`."""
