"""One live Airflow for the tests of this folder; as a package, so that it ends with the last of them."""
