"""A model of a cluster is that of one machine, byte for byte."""

from impute import spark as cluster

MIB = 1 << 20


def test_a_model_is_that_of_the_whole_text(spark, impute, texts, tmp_path):
    cluster.train(texts, tmp_path / "cluster.impute", order=4, piece=MIB)
    impute("train", *texts, "--order", 4, "--net", "none", "-o", tmp_path / "one.impute")
    assert (tmp_path / "cluster.impute").read_bytes() == (tmp_path / "one.impute").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_net_learns_on_the_driver_what_it_learns_on_one_machine(spark, impute, texts, tmp_path):
    settings = {"net": 400, "net_size": "small", "skip": True}
    cluster.train(texts, tmp_path / "cluster.impute", net_on=texts, piece=MIB, **settings)
    options = ["--net", 400, "--net-size", "small", "--skip"]
    impute("train", *texts, *options, "-o", tmp_path / "one.impute")
    assert (tmp_path / "cluster.impute").read_bytes() == (tmp_path / "one.impute").read_bytes()
