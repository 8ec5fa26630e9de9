//! What the queues are called.

/// The names of the queues of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    prefix: String,
}

impl Default for Names {
    fn default() -> Self {
        Names { prefix: "impute".to_owned() }
    }
}

impl Names {
    /// Names of others than the service's own, for several installations with one virtual host.
    pub fn beginning_with(prefix: &str) -> Self {
        Names { prefix: prefix.to_owned() }
    }

    /// Where the jobs of a model wait.
    pub fn jobs(&self, model: &str) -> String {
        format!("{}.jobs.{model}", self.prefix)
    }

    /// Where pieces of batches wait.
    pub fn rows(&self, model: &str) -> String {
        format!("{}.rows.{model}", self.prefix)
    }

    /// Where messages go that no worker took in time, or that no worker survived.
    pub fn dead(&self) -> String {
        format!("{}.dead", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_has_two_queues_and_all_share_the_dead_letters() {
        let names = Names::default();
        assert_eq!(names.jobs("english"), "impute.jobs.english");
        assert_eq!(names.rows("english"), "impute.rows.english");
        assert_eq!(names.dead(), "impute.dead");
        assert_eq!(Names::beginning_with("test").jobs("x"), "test.jobs.x");
    }
}
