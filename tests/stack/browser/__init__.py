"""One live Airflow and one browser for the tests of this folder; as a package, so that they end with the last of them."""
